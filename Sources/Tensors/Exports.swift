// The types of Graphs appear in this module's interface: element types, shapes, the functions of one and two numbers.
@_exported import Graphs
