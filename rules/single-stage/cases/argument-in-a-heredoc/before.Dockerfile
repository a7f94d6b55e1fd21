FROM alpine:3.20
COPY pip /usr/local/bin/
ARG PORT=80
ARG OTHER=1
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY app.sh ./
COPY <<END settings.ini
port = ${PORT:-1}
END
