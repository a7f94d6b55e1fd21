FROM alpine:3.20
COPY install.sh /install.sh
RUN /install.sh
RUN chmod 700 /install.sh
