FROM python:3.11-slim
USER 1001
COPY . /opt/app
RUN chgrp -R 0 /opt/app && \
    chmod -R g=u /opt/app
WORKDIR /opt/app
CMD ["sh", "-c", "echo more >> notes.txt && cat notes.txt"]
