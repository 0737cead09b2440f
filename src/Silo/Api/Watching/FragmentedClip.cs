using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace VideoGen.Silo.Api.Watching;

/// <summary>A stretch of a clip that is sent as a whole: a fragment with its pictures and its sound.</summary>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Duration">In units of the picture's time.</param>
internal sealed record ClipFragment(long Offset, int Length, long Duration);

/// <summary>
/// An MP4 file in fragments: where they are, and how long each lasts. Its times begin at 0; in a film each clip begins where the one before ends.
/// </summary>
/// <param name="Head">Its tracks.</param>
/// <param name="HeadLength">How many bytes stand before the first fragment.</param>
/// <param name="HeadHash">Of these bytes: clips with equal ones follow each other without a break.</param>
/// <param name="Fragments">In order.</param>
internal sealed record FragmentedClip(ClipHead Head, int HeadLength, string HeadHash, ImmutableArray<ClipFragment> Fragments)
{
    /// <summary>Seconds that no fragment may pass: what players are told to expect.</summary>
    public const int MaxFragmentSeconds = 5;

    private const int MaxHeadLength = 1 << 20;

    private const int MaxFragmentLength = 64 << 20;

    private const int MaxFragments = 10_000;

    public long Duration => Fragments.Sum(fragment => fragment.Duration);

    public uint Timescale => Head.Picture.Timescale;

    /// <summary>Null where the file is no MP4 in fragments that a film could be made of.</summary>
    public static async Task<FragmentedClip?> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadBoxesAsync(file, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Sets the times of a fragment to its place in the film.</summary>
    /// <param name="fragment">Its bytes, which are changed.</param>
    /// <param name="start">Where its clip begins, in units of the picture's time.</param>
    /// <param name="number">Of the fragment in the film, from 1.</param>
    /// <exception cref="InvalidDataException">The bytes are not a fragment of this clip.</exception>
    public void Place(Memory<byte> fragment, long start, uint number)
    {
        var moof = Box.In(fragment).First();
        BinaryPrimitives.WriteUInt32BigEndian(moof.Child("mfhd").At(4, 4), number);
        foreach (var part in moof.Children.Where(box => box.Kind == "traf"))
        {
            var track = TrackOf(part);
            var time = part.Child("tfdt").At(4, 8);
            var shift = checked((ulong)Math.Round((decimal)start * track.Timescale / Timescale));
            BinaryPrimitives.WriteUInt64BigEndian(time, checked(BinaryPrimitives.ReadUInt64BigEndian(time) + shift));
        }
    }

    private static async Task<FragmentedClip?> ReadBoxesAsync(Stream file, CancellationToken cancellationToken)
    {
        FragmentedClip? clip = null;
        var fragments = ImmutableArray.CreateBuilder<ClipFragment>();
        var head = new byte[Box.HeadLength];
        (long At, long Duration)? begun = null;
        for (var at = 0L; at + Box.HeadLength <= file.Length;)
        {
            file.Position = at;
            await file.ReadExactlyAsync(head, cancellationToken);
            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length < Box.HeadLength || at + length > file.Length)
            {
                return null;
            }

            switch (Box.KindOf(head))
            {
                case "moov" when clip is null && at + length <= MaxHeadLength:
                    file.Position = 0;
                    var before = new byte[at + length];
                    await file.ReadExactlyAsync(before, cancellationToken);
                    if (ClipHead.Of(before.AsMemory((int)at + Box.HeadLength)) is not { } tracks)
                    {
                        return null;
                    }

                    clip = new FragmentedClip(tracks, before.Length, Convert.ToHexStringLower(SHA256.HashData(before)), []);
                    break;
                case "moof" when clip is not null && length <= MaxHeadLength:
                    var moof = new byte[length - Box.HeadLength];
                    await file.ReadExactlyAsync(moof, cancellationToken);
                    begun = (at, clip.DurationOf(moof));
                    break;
                case "mdat" when clip is not null && begun is { } fragment && at + length - fragment.At <= MaxFragmentLength:
                    fragments.Add(new ClipFragment(fragment.At, (int)(at + length - fragment.At), fragment.Duration));
                    begun = null;
                    break;
                case "moov" or "moof" or "mdat":
                    return null;
            }

            at += length;
        }

        return clip is null || fragments.Count is 0 or > MaxFragments || fragments.Any(fragment => !clip.IsBounded(fragment.Duration))
            ? null
            : clip with { Fragments = fragments.ToImmutable() };
    }

    /// <summary>Players take a part to be as long as was said once it is rounded.</summary>
    private bool IsBounded(long duration) => duration > 0 && duration < (MaxFragmentSeconds + 0.5) * Timescale;

    private long DurationOf(Memory<byte> moof)
    {
        var total = 0L;
        foreach (var part in new Box("moof", moof).Children.Where(box => box.Kind == "traf"))
        {
            var track = TrackOf(part);
            var time = part.Child("tfdt");
            if (!time.IsLong)
            {
                throw new InvalidDataException("Its times have 32 bits.");
            }

            if (BinaryPrimitives.ReadUInt64BigEndian(time.At(4, 8)) > (ulong)MaxFragments * MaxFragmentSeconds * track.Timescale)
            {
                throw new InvalidDataException("It begins later than a clip may last.");
            }

            total += track.IsPicture ? DurationOf(part, track) : 0;
        }

        return total;
    }

    private static long DurationOf(Box part, ClipTrack track)
    {
        var head = part.Child("tfhd");
        var flags = head.UInt32(0) & 0xFFFFFF;
        var before = ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0);
        var usual = (flags & 8) != 0 ? head.UInt32(8 + before) : track.DefaultDuration;
        var total = 0L;
        foreach (var run in part.Children.Where(box => box.Kind == "trun"))
        {
            var (shape, count) = (run.UInt32(0) & 0xFFFFFF, run.UInt32(4));
            if ((shape & 0x100) == 0)
            {
                total += (long)count * usual;
                continue;
            }

            var at = 8 + ((shape & 1) != 0 ? 4 : 0) + ((shape & 4) != 0 ? 4 : 0);
            var width = 4 * System.Numerics.BitOperations.PopCount(shape & 0xF00);
            for (var i = 0; i < count; i++)
            {
                total += run.UInt32(at + (i * width));
            }
        }

        return total;
    }

    private ClipTrack TrackOf(Box part)
    {
        var id = part.Child("tfhd").UInt32(4);
        return Head.Tracks.FirstOrDefault(track => track.Id == id) ?? throw new InvalidDataException($"There is no track {id}.");
    }
}
