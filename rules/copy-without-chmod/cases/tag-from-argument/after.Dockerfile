ARG TAG=8.0-alpine
FROM mcr.microsoft.com/dotnet/aspnet:${TAG}
COPY run.sh /run.sh
RUN chmod 755 /run.sh
ENTRYPOINT ["/run.sh"]
