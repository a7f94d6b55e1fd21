FROM alpine:3.20
COPY reports/* /reports/
