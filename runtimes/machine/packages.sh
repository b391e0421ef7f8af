# What package managers are on an instance, which is this machine: they install nothing and remove nothing. A package is there when
# the program is that one has it for.

# The program that a package brings; by default it has the package's name.
program_of() {
  case ${1%%=*} in
    postgresql*) echo psql ;;
    mysql* | mariadb* | default-mysql-client) echo mysql ;;
    redis* | valkey*) echo redis-cli ;;
    python*-pip) echo pip3 ;;
    python3*) echo python3 ;;
    aws-cli* | awscli*) echo aws ;;
    nodejs*) echo node ;;
    java-* | openjdk-*) echo java ;;
    bind-utils | dnsutils) echo dig ;;
    iproute*) echo tc ;;
    nmap-ncat | netcat*) echo nc ;;
    procps*) echo ps ;;
    httpd-tools | apache2-utils) echo ab ;;
    gnupg*) echo gpg ;;
    *) echo "${1%%=*}" ;;
  esac
}

verb=
missing=
while [ $# -gt 0 ]; do
  case $1 in
    -t | -o | -c) shift ;;
    -*) ;;
    *)
      if [ -z "$verb" ]; then
        verb=$1
      elif [ "$verb" = install ]; then
        # A bundle of amazon-linux-extras may name its version: postgresql13, redis6=stable.
        program=$(program_of "$1")
        if command -v "$program" >/dev/null 2>&1; then
          echo "$1: $program is on this machine."
        else
          missing=yes
          echo "Squall installs nothing: an instance is this machine, and $program is not on it (package $1)." >&2
        fi
      fi
      ;;
  esac
  [ $# -gt 0 ] && shift
done
[ -z "$missing" ] || exit 1
[ "$verb" = install ] || echo "Squall leaves the packages of this machine as they are."
