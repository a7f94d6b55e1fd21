FROM alpine:3.20
COPY app.py /app/app.py
COPY static/ /app/static/
COPY run.sh /app/run.sh
RUN chmod 755 /app/run.sh && chmod 644 /app/app.py && chmod -R a+rX /app/static
CMD ["sh", "/app/run.sh"]
