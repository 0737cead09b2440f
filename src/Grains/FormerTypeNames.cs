using Orleans.Serialization;
using VideoGen.Tasks.Stored;

namespace VideoGen.Grains;

/// <summary>
/// The default serializer of Orleans' own storage providers stores the name of a type beside its members. Records that were stored before the type moved
/// are read under its name of then.
/// </summary>
internal sealed class FormerTypeNames : ITypeConverter
{
    private const string TaskDocumentInGrains = "VideoGen.Grains.Tasks.TaskDocument,VideoGen.Grains";

    public bool TryFormat(Type type, out string formatted)
    {
        formatted = null!;
        return false;
    }

    public bool TryParse(string formatted, out Type type)
    {
        type = formatted.Replace(" ", "", StringComparison.Ordinal) == TaskDocumentInGrains ? typeof(TaskDocument) : null!;
        return type is not null;
    }
}
