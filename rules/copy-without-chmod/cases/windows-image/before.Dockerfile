# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY run.cmd C:\app\run.cmd
COPY run.sh C:/app/run.sh
ENTRYPOINT ["C:/app/run.sh"]
