mkdir -p target/release
printf '#!/bin/sh\necho started\n' >target/release/app
chmod 755 target/release/app
