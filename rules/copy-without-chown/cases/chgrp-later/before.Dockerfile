FROM alpine:3.20
COPY state.txt /app/
RUN chgrp -R 0 /app && chmod -R g=u /app
USER 1001
