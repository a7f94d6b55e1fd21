FROM alpine:3.20
RUN printf '#!/bin/sh\nexec sh "$@"\n' >/bin/bash && chmod 755 /bin/bash
SHELL ["/bin/bash", "-c"]
COPY run.sh /run.sh
CMD ["/run.sh"]
