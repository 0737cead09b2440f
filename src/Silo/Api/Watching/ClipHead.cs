using System.Collections.Immutable;
using System.Globalization;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A track of a clip.</summary>
/// <param name="Id">The number by which fragments name it.</param>
/// <param name="Timescale">Units of its times in a second.</param>
/// <param name="IsPicture">Whether it is the picture.</param>
/// <param name="Codec">As RFC 6381 writes it.</param>
/// <param name="DefaultDuration">Of a sample that says nothing of it.</param>
internal sealed record ClipTrack(uint Id, uint Timescale, bool IsPicture, string Codec, uint DefaultDuration);

/// <summary>What stands before the fragments of a clip: its tracks.</summary>
internal sealed record ClipHead(ImmutableArray<ClipTrack> Tracks, ClipTrack Picture, int Width, int Height)
{
    /// <summary>Null where it is none of a file in fragments, or where no player is sure to know its codecs.</summary>
    /// <exception cref="InvalidDataException">It is not what the format asks for.</exception>
    public static ClipHead? Of(Memory<byte> movie)
    {
        var moov = new Box("moov", movie);
        if (moov.Find("mvex") is not { } extends)
        {
            return null;
        }

        var defaults = extends.Children.Where(box => box.Kind == "trex").ToDictionary(box => box.UInt32(4), box => box.UInt32(12));
        var (width, height) = (0, 0);
        var tracks = ImmutableArray.CreateBuilder<ClipTrack>();
        foreach (var track in moov.Children.Where(box => box.Kind == "trak"))
        {
            var (head, media) = (track.Child("tkhd"), track.Child("mdia"));
            var times = media.Child("mdhd");
            var handler = System.Text.Encoding.Latin1.GetString(media.Child("hdlr").At(8, 4));
            var descriptions = media.Child("minf").Child("stbl").Child("stsd").Body;
            var id = head.UInt32(head.IsLong ? 20 : 12);
            var timescale = times.UInt32(times.IsLong ? 20 : 12);
            if (descriptions.Length < 8 || timescale == 0 || CodecOf(Box.In(descriptions[8..]).FirstOrDefault()) is not { } codec)
            {
                return null;
            }

            if (handler == "vide")
            {
                (width, height) = ((int)(head.UInt32(head.Body.Length - 8) >> 16), (int)(head.UInt32(head.Body.Length - 4) >> 16));
            }

            tracks.Add(new ClipTrack(id, timescale, handler == "vide", codec, defaults.GetValueOrDefault(id)));
        }

        return tracks.Where(track => track.IsPicture).ToList() is [var picture] ? new ClipHead(tracks.ToImmutable(), picture, width, height) : null;
    }

    private static string? CodecOf(Box description) => description.Kind switch
    {
        // Behind the fields of every picture; the profile, its constraints and the level are bytes 1 to 3.
        "avc1" when description.Body.Length > 78 && new Box("avc1", description.Body[78..]).Find("avcC") is { } settings =>
            $"avc1.{Convert.ToHexStringLower(settings.At(1, 3))}",
        "fLaC" => "fLaC",
        "mp4a" => "mp4a.40.2",
        _ => null,
    };

    public string Codecs => string.Join(',', Tracks.Select(track => track.Codec));

    public string Resolution => string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");
}
