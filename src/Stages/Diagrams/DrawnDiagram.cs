namespace VideoGen.Stages.Diagrams;

/// <summary>A diagram that was drawn.</summary>
/// <param name="Address">How the outline names it; no address of a document looks like it.</param>
/// <param name="Path">The file.</param>
/// <param name="MediaType">Of the file.</param>
internal sealed record DrawnDiagram(string Address, string Path, string MediaType);
