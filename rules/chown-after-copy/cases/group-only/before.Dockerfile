FROM alpine:3.20
RUN addgroup -g 2002 web && adduser -D -G web app
COPY src /app
COPY pages /pages
RUN chgrp -R web /app && chown -R :web /pages
USER app
