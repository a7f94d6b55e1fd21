FROM alpine:3.20
COPY data.txt \
     # what starts it
     run.sh \

     /app/
# What runs.
ENTRYPOINT ["/app/run.sh"]
