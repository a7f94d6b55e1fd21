FROM alpine:3.20
COPY pip /usr/local/bin/
ENV MODE=production
ARG MODE=test
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY . .
RUN echo "$MODE" >mode
