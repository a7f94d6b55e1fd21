FROM alpine:3.20
USER 0
RUN mkdir /site
USER 1001
WORKDIR /site/app
COPY . .
USER 0
RUN chgrp -R 0 /site/app && chmod -R g=u /site/app
USER 1001
CMD ["cat", "notes.txt"]
