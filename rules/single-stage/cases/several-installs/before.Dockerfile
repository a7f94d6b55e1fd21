FROM alpine:3.20
COPY pip /usr/local/bin/
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY requirements-dev.txt ./
RUN if [ -f requirements-dev.txt ]; then pip install --no-cache-dir -r requirements-dev.txt; fi
RUN mkdir /data
COPY app.sh ./
