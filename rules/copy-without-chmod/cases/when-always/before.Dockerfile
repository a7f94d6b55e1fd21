FROM alpine:3.20
COPY app.py /app/app.py
COPY static/ /app/static/
COPY run.sh /app/run.sh
CMD ["sh", "/app/run.sh"]
