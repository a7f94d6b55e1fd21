FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY server.exe /app/
USER ContainerUser
