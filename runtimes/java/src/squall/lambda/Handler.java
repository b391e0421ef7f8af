package squall.lambda;

import com.amazonaws.services.lambda.runtime.Context;

/** A user's handler of whatever style, as bytes in and bytes out. */
interface Handler {
    byte[] handle(byte[] event, Context context) throws Throwable;
}
