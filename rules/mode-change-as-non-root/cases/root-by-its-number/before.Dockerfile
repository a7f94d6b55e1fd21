FROM alpine:3.20
USER 0
RUN mkdir /work
USER 1001
WORKDIR /work/app
COPY . .
RUN chgrp -R 0 /work/app && chmod -R g=u /work/app
CMD ["cat", "notes.txt"]
