FROM mcr.microsoft.com/powershell:lts-alpine-3.17
SHELL ["pwsh", "-Command"]
RUN New-Item -ItemType Directory /app
COPY run.sh /app/run.sh
ENTRYPOINT ["/app/run.sh"]
