FROM mcr.microsoft.com/windows/servercore:ltsc2022
USER ContainerUser
COPY run.sh /run.sh
RUN chmod +x /run.sh
