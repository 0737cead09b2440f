using System.IO.Hashing;
using System.Text;

namespace VideoGen.Storage.Records;

/// <summary>
/// A checksum over the key of a record, its body and the delta beside it: a record that was edited by hand, cut short or swapped with another is noticed.
/// </summary>
internal static class RecordChecksum
{
    public static long Of(RecordKey key, ReadOnlySpan<byte> body, ReadOnlySpan<byte> delta = default)
    {
        var hash = Begin(key, body);
        hash.Append(delta);
        return (long)hash.GetCurrentHashAsUInt64();
    }

    /// <summary>The first part of the checksum, for a body that gets one delta after the other.</summary>
    public static XxHash3 Begin(RecordKey key, ReadOnlySpan<byte> body)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes($"{key.Kind}\0{key.Id}\0"));
        hash.Append(body);
        return hash;
    }

    /// <param name="body">What <see cref="Begin"/> gave; it stays as it is.</param>
    /// <param name="delta">Of the body.</param>
    public static long End(XxHash3 body, ReadOnlySpan<byte> delta)
    {
        var hash = body.Clone();
        hash.Append(delta);
        return (long)hash.GetCurrentHashAsUInt64();
    }
}
