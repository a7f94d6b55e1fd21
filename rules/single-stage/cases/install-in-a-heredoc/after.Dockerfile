FROM alpine:3.20 AS deps
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN <<END
pip install --no-cache-dir -r requirements.txt
echo installed
END

FROM deps AS app
ADD app.sh ./
