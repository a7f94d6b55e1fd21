FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY entrypoint.sh /entrypoint.sh
RUN chmod 755 /entrypoint.sh
