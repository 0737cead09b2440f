using System.Globalization;
using System.Text;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A film in the words of HTTP Live Streaming (RFC 8216).</summary>
internal static class Playlist
{
    public const string MediaType = "application/vnd.apple.mpegurl";

    private const int Version = 7;

    /// <summary>The address that people keep. It leads to the list of this edition, which players ask for again and again.</summary>
    /// <param name="film">What there is of it.</param>
    /// <param name="query">What whoever asks shows to be let in, with its question mark; empty for nothing.</param>
    public static string Index(WatchedFilm film, string query)
    {
        var head = film.Parts[0].Clip.Head;
        var rate = film.Parts.Max(part => part.Fragment.Length * 8 / part.Seconds);
        var text = Begin().Append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        if (film.HasCaptions)
        {
            text.Append("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"Captions\",DEFAULT=NO,AUTOSELECT=YES,")
                .Append(CultureInfo.InvariantCulture, $"URI=\"{film.Edition}/captions.m3u8{query}\"\n");
        }

        return text
            .Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={Math.Ceiling(rate):0},CODECS=\"{head.Codecs}\",RESOLUTION={head.Resolution}")
            .Append(film.HasCaptions ? ",SUBTITLES=\"captions\"\n" : "\n")
            .Append(CultureInfo.InvariantCulture, $"{film.Edition}/film.m3u8{query}\n")
            .ToString();
    }

    /// <summary>The parts. It grows at its end, and nothing else in it ever changes.</summary>
    /// <inheritdoc cref="Index"/>
    public static string Of(WatchedFilm film, string query) => List(film, query, "m4s", hasHeads: true);

    /// <summary>The captions: a file for each part of the film, which grows as that does.</summary>
    /// <inheritdoc cref="Index"/>
    public static string OfCaptions(WatchedFilm film, string query) => List(film, query, "vtt", hasHeads: false);

    private static string List(WatchedFilm film, string query, string extension, bool hasHeads)
    {
        var text = Begin()
            .Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{FragmentedClip.MaxFragmentSeconds}\n")
            .Append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=0\n");
        for (var i = 0; i < film.Parts.Length; i++)
        {
            var part = film.Parts[i];
            if (part.IsNewHead)
            {
                text.Append(i > 0 ? "#EXT-X-DISCONTINUITY\n" : "");
                text.Append(hasHeads ? $"#EXT-X-MAP:URI=\"{i}.mp4{query}\"\n" : "");
            }

            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{part.Seconds:0.000000},\n{i}.{extension}{query}\n");
        }

        return text.Append(film.IsWhole ? "#EXT-X-ENDLIST\n" : "").ToString();
    }

    private static StringBuilder Begin() => new StringBuilder("#EXTM3U\n").Append(CultureInfo.InvariantCulture, $"#EXT-X-VERSION:{Version}\n");
}
