# One image for silos and workers: the command says which. Build: docker build -t videogen .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
COPY docs/cli.schema.json docs/
RUN dotnet publish src/Cli --configuration Release --output /app -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg espeak-ng festival festvox-us-slt-hts fontconfig fonts-dejavu-core fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji graphviz \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
# The task store and the artifacts; all silos and workers share it.
RUN mkdir /data && chown app:app /data
VOLUME /data
ENV VIDEOGEN_DATA=/data
USER app
ENTRYPOINT ["/app/videogen"]
