FROM alpine:3.20
COPY pip /usr/local/bin/
WORKDIR /app
COPY --link requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY --link --chown=1000:1000 . .
