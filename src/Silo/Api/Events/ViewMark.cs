using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VideoGen.Tasks.Queries;

namespace VideoGen.Silo.Api.Events;

/// <summary>
/// Tells a set of tasks, each at a version, from every other such set, on whatever silo it was read. It is the id of the event that leads to that set.
/// </summary>
internal readonly record struct ViewMark(UInt128 Value)
{
    private const int Length = 32;

    public static ViewMark Empty => default;

    /// <summary>With a task in it that was not, or without one that was: the order does not matter.</summary>
    public ViewMark Toggle(ViewMark task) => new(Value ^ task.Value);

    public static ViewMark Of(TaskSummary task)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{task.TaskId}\n{task.Version}\n{task.CreatedAt.UtcTicks}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new ViewMark(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }

    public static bool TryParse(string text, out ViewMark mark)
    {
        var isMark = text.Length == Length & UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        mark = new ViewMark(value);
        return isMark;
    }

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}
