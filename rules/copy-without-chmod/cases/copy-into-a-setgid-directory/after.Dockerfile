FROM alpine:3.20
RUN adduser -D app && mkdir -m 2775 /data && chgrp app /data
COPY state.json /data/
RUN chmod 644 /data/state.json
USER app
CMD ["cat", "/data/state.json"]
