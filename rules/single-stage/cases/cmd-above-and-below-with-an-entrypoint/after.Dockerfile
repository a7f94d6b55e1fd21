FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
CMD ["--help"]
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

FROM deps AS app
COPY app.sh ./
ENTRYPOINT ["sh"]
CMD ["app.sh"]
