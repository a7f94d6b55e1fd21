FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
COPY state.txt /app/
COPY setup.sh /setup.sh
RUN sh /setup.sh
RUN useradd app
USER app
