using System.IO.Hashing;
using System.Text;

namespace VideoGen.Storage.Records;

/// <summary>Binds a body, and changes of it that are kept beside it, to its key, so that a record that was edited by hand, cut short or swapped with another is noticed.</summary>
internal static class RecordChecksum
{
    public static long Of(RecordKey key, ReadOnlySpan<byte> body, ReadOnlySpan<byte> changes = default)
    {
        var hash = Begin(key, body);
        hash.Append(changes);
        return (long)hash.GetCurrentHashAsUInt64();
    }

    /// <summary>That of a body to which changes are added again and again.</summary>
    public static XxHash3 Begin(RecordKey key, ReadOnlySpan<byte> body)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes($"{key.Kind}\0{key.Id}\0"));
        hash.Append(body);
        return hash;
    }

    /// <param name="body">What <see cref="Begin"/> gave; it stays as it is.</param>
    /// <param name="changes">Of the body.</param>
    public static long End(XxHash3 body, ReadOnlySpan<byte> changes)
    {
        var hash = body.Clone();
        hash.Append(changes);
        return (long)hash.GetCurrentHashAsUInt64();
    }
}
