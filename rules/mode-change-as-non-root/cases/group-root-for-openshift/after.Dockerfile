FROM python:3.11-slim
COPY . /opt/app
RUN chgrp -R 0 /opt/app && \
    chmod -R g=u /opt/app
USER 1001
WORKDIR /opt/app
CMD ["sh", "-c", "echo more >> notes.txt && cat notes.txt"]
