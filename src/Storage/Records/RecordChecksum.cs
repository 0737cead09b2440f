using System.IO.Hashing;
using System.Text;

namespace VideoGen.Storage.Records;

/// <summary>Binds a body, and changes of it that are kept beside it, to its key, so that a record that was edited by hand, cut short or swapped with another is noticed.</summary>
internal static class RecordChecksum
{
    public static long Of(RecordKey key, ReadOnlySpan<byte> body, ReadOnlySpan<byte> changes = default)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes($"{key.Kind}\0{key.Id}\0"));
        hash.Append(body);
        hash.Append(changes);
        return (long)hash.GetCurrentHashAsUInt64();
    }
}
