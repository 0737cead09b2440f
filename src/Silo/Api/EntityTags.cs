using System.Buffers.Text;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace VideoGen.Silo.Api;

internal static class EntityTags
{
    /// <summary>The ETag of a stored record as HTTP wants it: quoted, of printable ASCII. Others are encoded, so that different ones stay different.</summary>
    public static EntityTagHeaderValue Of(string stored)
    {
        var printable = stored.All(c => c is '!' or (>= '#' and <= '~'));
        return new EntityTagHeaderValue($"\"{(printable ? stored : Base64Url.EncodeToString(Encoding.UTF8.GetBytes(stored)))}\"");
    }
}
