FROM alpine:3.20
USER 0
RUN mkdir /work
USER 1001
WORKDIR /work/app
COPY . .
USER 0
RUN chgrp -R 0 /work/app && chmod -R g=u /work/app
USER 1001
CMD ["cat", "notes.txt"]
