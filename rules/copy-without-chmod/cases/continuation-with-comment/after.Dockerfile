FROM alpine:3.20
COPY data.txt \
     # what starts it
     run.sh \

     /app/
RUN chmod 755 /app/run.sh
# What runs.
ENTRYPOINT ["/app/run.sh"]
