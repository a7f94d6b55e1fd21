FROM alpine:3.20
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN <<END
pip install --no-cache-dir -r requirements.txt
echo installed
END
ADD app.sh ./
