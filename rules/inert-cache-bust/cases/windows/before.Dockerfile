# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN dir
ARG CACHE_BUST
COPY app.py C:/app/
