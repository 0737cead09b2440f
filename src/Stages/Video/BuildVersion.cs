namespace VideoGen.Stages.Video;

/// <summary>The version of stages whose code is this program's: another one for each change of the program, so that none has to be thought of.</summary>
internal static class BuildVersion
{
    public static string Text { get; } = $"{typeof(BuildVersion).Module.ModuleVersionId:N}";
}
