using System.Text.RegularExpressions;

namespace VideoGen.Silo.Api;

/// <summary>Takes the folders of this machine out of a text that leaves it: a file is told by its name. The log has the whole.</summary>
internal static partial class HostPaths
{
    public static string Hide(string text) => Windows().Replace(Unix().Replace(text, "$1"), "$1");

    /// <summary>Two parts at least; and none of an address on the web or of ours.</summary>
    [GeneratedRegex(@"(?<![\w.:/\-])/(?!api/|problems/|openapi/)(?:[^\s/'"":,;]+/)+([^\s/'"":,;]*)")]
    private static partial Regex Unix();

    [GeneratedRegex(@"\b[A-Za-z]:\\(?:[^\\\s'""]+\\)+([^\\\s'""]*)")]
    private static partial Regex Windows();
}
