using VideoGen.Tasks;
using VideoGen.Tasks.State;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains.Commit;

/// <summary>What a document may be that goes to storage.</summary>
internal static class DocumentBounds
{
    /// <summary>Makes the bytes that go to storage. Null when it did; else why this document cannot be stored, as words after the name of the task.</summary>
    public static string? Check(TaskDocument document)
    {
        try
        {
            var length = document.ToUtf8Json().Length;
            return length > Limits.MaxDocumentBytes ? $"would take {length} bytes; {Limits.MaxDocumentBytes} is the most." : null;
        }
#pragma warning disable CA1031 // Whatever the serializer objects to, the command that brought it is refused, and the others of its batch are stored.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"could not be written as JSON: {exception.Message}";
        }
    }
}
