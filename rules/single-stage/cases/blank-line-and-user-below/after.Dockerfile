FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
RUN adduser -D app
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app

USER app

COPY --chown=app:app . .
CMD ["sh", "app.sh"]
