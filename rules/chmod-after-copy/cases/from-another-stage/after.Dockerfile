FROM alpine:3.20 AS build
RUN printf '#!/bin/sh\necho started\n' > /program

FROM alpine:3.20
COPY --from=build --chmod=755 /program /usr/local/bin/program
CMD ["program"]
