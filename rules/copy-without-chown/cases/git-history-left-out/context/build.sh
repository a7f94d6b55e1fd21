printf "#!/bin/sh\necho started\n" >"$1"
chmod 755 "$1"
