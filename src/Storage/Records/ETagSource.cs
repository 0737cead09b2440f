using System.Globalization;
using System.Security.Cryptography;

namespace VideoGen.Storage.Records;

/// <summary>
/// ETags that are never used again (T3), whatever is deleted and made anew and however many processes write: a random name of this source and a count.
/// </summary>
internal sealed class ETagSource
{
    private readonly string _name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
    private long _count;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{_name}-{Interlocked.Increment(ref _count):x}");
}
