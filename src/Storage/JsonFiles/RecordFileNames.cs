using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Storage.Records;
using VideoGen.Tasks;

namespace VideoGen.Storage.JsonFiles;

/// <summary>
/// File names of records. An ordinary id is its own name. An id with upper-case letters is written in lower case, and a suffix says which letters
/// they are: <c>Demo</c> is <c>demo~1</c>. So ids that differ in case never meet in one file, also where the file system does not tell them apart.
/// </summary>
internal static class RecordFileNames
{
    public const string Extension = ".json";

    /// <summary>Not part of any id.</summary>
    private const char CaseMark = '~';

    /// <summary>Names that stand for devices on Windows, whatever their extension.</summary>
    private static readonly HashSet<string> Devices =
    [
        "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    ];

    /// <exception cref="ArgumentException">It is no id, and could name a file anywhere.</exception>
    public static string OfTask(string taskId)
    {
        if (!TaskId.TryParse(taskId, out _, out var problem))
        {
            throw new ArgumentException(problem, nameof(taskId));
        }

        var upper = BigInteger.Zero;
        for (var i = 0; i < taskId.Length; i++)
        {
            upper |= char.IsAsciiLetterUpper(taskId[i]) ? BigInteger.One << i : BigInteger.Zero;
        }

        var lower = taskId.ToLowerInvariant();
        var plain = upper.IsZero && !Devices.Contains(lower.Split('.')[0]);
        return plain ? lower + Extension : string.Create(CultureInfo.InvariantCulture, $"{lower}{CaseMark}{upper:x}{Extension}");
    }

    /// <summary>The id that a file name stands for; false when it stands for none.</summary>
    public static bool TryGetTaskId(string fileName, out TaskId id)
    {
        id = default;
        if (!fileName.EndsWith(Extension, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = fileName[..^Extension.Length].Split(CaseMark);
        var text = parts[0];
        if (parts.Length == 2)
        {
            if (!BigInteger.TryParse("0" + parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var upper))
            {
                return false;
            }

            text = string.Concat(text.Select((c, i) => (upper >> i).IsEven ? c : char.ToUpperInvariant(c)));
        }

        return parts.Length <= 2 && TaskId.TryParse(text, out id, out _);
    }

    /// <summary>Of a record that is not a task's. Its key may be anything, so the name is a digest of it.</summary>
    public static string OfOther(RecordKey key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Kind}\0{key.Id}"))) + ".state";
}
