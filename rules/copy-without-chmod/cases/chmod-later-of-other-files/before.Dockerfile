FROM alpine:3.20
COPY run.sh data.py /app/
RUN chmod 755 /app/*.py
ENTRYPOINT ["/app/run.sh"]
