FROM alpine:3.20
RUN echo 1 > /first
RUN if [ -e /nowhere ]; then wget -qO /tool https://example.invalid/latest/tool; fi
