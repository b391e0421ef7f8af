import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** RSA by the JDK's own providers. A line asks (words, and bytes as Base64), and a line answers. */
public class Rsa {
  public static void main(String[] args) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(line.split(" ")));
    }
  }

  static String answer(String[] asked) throws Exception {
    switch (asked[0]) {
      case "make": {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        return text(pair.getPrivate().getEncoded()) + " " + text(pair.getPublic().getEncoded());
      }
      case "verify": {
        Signature signature = scheme(asked[1], asked[2]);
        signature.initVerify(publicKey(asked[3]));
        signature.update(bytes(asked[4]));
        return String.valueOf(signature.verify(bytes(asked[5])));
      }
      case "sign": {
        Signature signature = scheme(asked[1], asked[2]);
        signature.initSign(privateKey(asked[3]));
        signature.update(bytes(asked[4]));
        return text(signature.sign());
      }
      case "encrypt": {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
        cipher.init(Cipher.ENCRYPT_MODE, publicKey(asked[2]), oaep(asked[1]));
        return text(cipher.doFinal(bytes(asked[3])));
      }
      case "decrypt": {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding", "SunJCE");
        cipher.init(Cipher.DECRYPT_MODE, privateKey(asked[2]), oaep(asked[1]));
        return text(cipher.doFinal(bytes(asked[3])));
      }
      default:
        throw new IllegalArgumentException(asked[0]);
    }
  }

  static Signature scheme(String scheme, String bits) throws Exception {
    if (!scheme.equals("PSS")) return Signature.getInstance("SHA" + bits + "withRSA", "SunRsaSign");
    Signature pss = Signature.getInstance("RSASSA-PSS", "SunRsaSign");
    String hash = "SHA-" + bits;
    pss.setParameter(
        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), Integer.parseInt(bits) / 8, 1));
    return pss;
  }

  static OAEPParameterSpec oaep(String bits) {
    String hash = "SHA-" + bits;
    return new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT);
  }

  static PublicKey publicKey(String der) throws Exception {
    return KeyFactory.getInstance("RSA", "SunRsaSign").generatePublic(new X509EncodedKeySpec(bytes(der)));
  }

  static PrivateKey privateKey(String der) throws Exception {
    return KeyFactory.getInstance("RSA", "SunRsaSign").generatePrivate(new PKCS8EncodedKeySpec(bytes(der)));
  }

  static byte[] bytes(String text) {
    return Base64.getDecoder().decode(text);
  }

  static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
